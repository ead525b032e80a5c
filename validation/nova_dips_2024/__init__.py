"""The six dips of 10 July 2024 in Northern Virginia: who left the grid at which."""
