"""What is offered: one file a program, pure functions over columns."""
