"""Packages beyond those that every install has."""

from __future__ import annotations

from importlib import import_module


def lacking(package: str, *, extra: str) -> str | None:
    """Why a package can't be used here, with what to do about it; None where it is loaded."""
    try:
        import_module(package)
    except ModuleNotFoundError:
        return f"needs {package}; install it with: pip install 'lakeglass[{extra}]'"
    except (ImportError, OSError) as error:
        # LightGBM's wheel takes the system's OpenMP, which the smallest images are without.
        return (
            f"{package} can't be loaded: {error}; install that library (libgomp.so.1 is in Debian's libgomp1)"
        )
    return None
