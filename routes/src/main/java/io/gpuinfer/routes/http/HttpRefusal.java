package io.gpuinfer.routes.http;

/** A request that is not answered, with the HTTP status that says so. */
public final class HttpRefusal extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param message what was wrong, for the caller
   */
  public HttpRefusal(int status, String message) {
    super(message);
    this.status = status;
  }

  public HttpRefusal(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  public int status() {
    return status;
  }
}
