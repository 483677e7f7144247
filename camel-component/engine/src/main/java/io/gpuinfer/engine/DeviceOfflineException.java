package io.gpuinfer.engine;

/** The device failed, or there is none: the fault is not the request's. */
public class DeviceOfflineException extends GpuInferException {

  private static final long serialVersionUID = 1L;

  private final int status;

  public DeviceOfflineException(String message) {
    this(message, 0);
  }

  /**
   * @param message what failed, and where
   * @param status the OpenCL status code, or 0 when the failure came from elsewhere
   */
  public DeviceOfflineException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** The OpenCL status code, or 0 when the failure came from elsewhere. */
  public int status() {
    return status;
  }
}
