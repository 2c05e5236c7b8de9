"""Common set-ups as data: single recipes, and sets of several campaigns around a festival.

A recipe proposes everything but the goods; whoever uses it sees it in the form and changes what does not fit.
"""

from campaigns.recipes.recipe import Recipe, Slot
from campaigns.recipes.sets import SETS, Part, RecipeSet
from campaigns.recipes.single import RECIPES

__all__ = ["RECIPES", "SETS", "Part", "Recipe", "RecipeSet", "Slot"]
