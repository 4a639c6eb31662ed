"""What a provider has and the record does not: taken in afterwards, by the way that everything comes in."""
