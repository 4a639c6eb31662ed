"""The record: engine, writer, tables and migrations of everything that is stored."""
