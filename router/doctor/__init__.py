"""What `firstcontact doctor` looks at: one small function a check, all of them in one table, `table.CHECKS`."""
