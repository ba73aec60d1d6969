"""Why a scenario's effect is what it is: through what, by which program, resting on which estimates."""
