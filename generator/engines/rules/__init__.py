"""The rules engine: test design by ISO/IEC/IEEE 29119-4 in English and Chinese, without a model."""

from generator.engines.rules.boundary import Boundary, boundaries, missing_boundaries
from generator.engines.rules.engine import RulesEngine
from generator.engines.rules.vague import vague_words
from generator.engines.rules.writing import cases_for

__all__ = ["Boundary", "RulesEngine", "boundaries", "cases_for", "missing_boundaries", "vague_words"]
