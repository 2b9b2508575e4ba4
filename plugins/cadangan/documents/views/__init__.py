"""From rows of the register to what the templates show: frozen data, no wording of a template in it."""
