"""What two rulesets decide differently: regions of facts, proven by a SAT solver over the axes that deciding uses."""
