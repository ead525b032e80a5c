"""A day of Frontier: heat by coolant distribution unit, temperatures, accessory power and PUE."""
