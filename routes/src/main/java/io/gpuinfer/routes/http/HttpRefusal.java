package io.gpuinfer.routes.http;

import java.io.IOException;
import java.net.SocketTimeoutException;

/** A request that is not answered, with the HTTP status that says so. */
public class HttpRefusal extends RuntimeException {

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

  /** What it comes to that a body could not be read to its end. */
  public static HttpRefusal of(IOException failure) {
    boolean late =
        failure instanceof SocketTimeoutException
            || failure.getCause() instanceof SocketTimeoutException;
    return late
        ? new HttpRefusal(408, "The body did not come in time", failure)
        : new HttpRefusal(400, "The body broke off", failure);
  }

  public int status() {
    return status;
  }
}
