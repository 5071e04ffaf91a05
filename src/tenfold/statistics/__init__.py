"""Pure statistics: arrays in, numbers out. One method a file, under the name the literature gives it."""
