"""What only an award has, pure."""
