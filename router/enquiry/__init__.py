"""An enquiry as its history makes it: what can happen, what follows from it, who may do what. Pure."""
