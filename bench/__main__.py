"""`python -m bench`: measures the product and prints a table (docs/benchmarks.md)."""

from bench.worker import main

if __name__ == "__main__":
    main()
