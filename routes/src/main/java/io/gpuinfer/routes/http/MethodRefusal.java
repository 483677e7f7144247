package io.gpuinfer.routes.http;

/** A request by a method that is not answered at its path. */
final class MethodRefusal extends HttpRefusal {

  private static final long serialVersionUID = 1;

  private final String allowed;

  /**
   * @param allowed the methods that are answered, as the header {@code Allow} has them
   */
  MethodRefusal(String allowed) {
    super(405, "Only %s is answered here".formatted(allowed));
    this.allowed = allowed;
  }

  String allowed() {
    return allowed;
  }
}
