"""The engine: takes contacts in, decides whose each is, keeps the record and tells the people concerned."""
