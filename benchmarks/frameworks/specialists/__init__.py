"""Solvers of specialised libraries: what somebody would pick who only fits logistic models on a CPU."""
