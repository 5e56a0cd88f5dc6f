"""What the commands of bin/ share; standard library only, so that they run anywhere."""
