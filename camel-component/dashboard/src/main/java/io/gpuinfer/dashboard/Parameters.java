package io.gpuinfer.dashboard;

import org.springframework.web.servlet.function.ServerRequest;

/** What a request asks for in its query. */
record Parameters(ServerRequest request) {

  /**
   * A whole number.
   *
   * @throws Refusal when it is none, or out of bounds
   */
  int number(String name, int otherwise, int least, int most) {
    String given = request.param(name).orElse(null);
    if (given == null) {
      return otherwise;
    }
    try {
      int value = Integer.parseInt(given);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number out of bounds is.
    }
    throw Refusal.badRequest(
        "%s must be a whole number from %d to %d, but is: %s".formatted(name, least, most, given));
  }

  /**
   * A text.
   *
   * @throws Refusal when it is not there
   */
  String text(String name) {
    return request
        .param(name)
        .orElseThrow(() -> Refusal.badRequest("The parameter %s is missing".formatted(name)));
  }
}
