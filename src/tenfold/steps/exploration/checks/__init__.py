"""What is looked for, one kind of question a file; each check is a function from a view to findings."""
