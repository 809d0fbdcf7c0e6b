"""The wrappers around a provider: budget → cache → breaker → retry → fallback → fit."""
