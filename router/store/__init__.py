"""The record: tables, transactions and every statement that reads or writes them, on SQLite and PostgreSQL alike."""
