package io.gpuinfer.dashboard;

/** A request to the dashboard that is not answered as it is. */
final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String type;

  private Refusal(int status, String type, String message) {
    super(message);
    this.status = status;
    this.type = type;
  }

  static Refusal badRequest(String message) {
    return new Refusal(400, "BadRequest", message);
  }

  static Refusal crossSite(String message) {
    return new Refusal(403, "CrossSite", message);
  }

  static Refusal notFound(String message) {
    return new Refusal(404, "NotFound", message);
  }

  static Refusal running(String message) {
    return new Refusal(409, "Busy", message);
  }

  static Refusal tooLarge(String message) {
    return new Refusal(413, "TooLarge", message);
  }

  static Refusal unsupported(String message) {
    return new Refusal(415, "UnsupportedMediaType", message);
  }

  static Refusal busy(String message) {
    return new Refusal(503, "Busy", message);
  }

  int status() {
    return status;
  }

  /** What it is, for programs. */
  String type() {
    return type;
  }
}
