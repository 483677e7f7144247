package io.gpuinfer.engine.operators;

/** The error function in double precision, by its Maclaurin series and its continued fraction. */
final class Erf {

  private Erf() {}

  static double of(double x) {
    double magnitude = Math.abs(x);
    if (magnitude > 6) {
      return Math.signum(x);
    }
    if (magnitude < 2.5) {
      double term = x;
      double sum = x;
      for (int n = 1; n < 100 && Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
        term *= -x * x / n;
        sum += term / (2 * n + 1);
      }
      return 2 / Math.sqrt(Math.PI) * sum;
    }
    double fraction = 0; // Abramowitz and Stegun 7.1.14, evaluated from the far end
    for (int k = 60; k >= 1; k--) {
      fraction = k / 2.0 / (magnitude + fraction);
    }
    double complement = Math.exp(-x * x) / Math.sqrt(Math.PI) / (magnitude + fraction);
    return Math.signum(x) * (1 - complement);
  }
}
