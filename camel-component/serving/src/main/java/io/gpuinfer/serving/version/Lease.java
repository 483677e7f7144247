package io.gpuinfer.serving.version;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The version that one request uses. It stays in memory until the lease is closed, whatever is
 * swapped meanwhile. Closing is quick, and may be done by any thread; only the first time counts.
 *
 * @param <S> what a version is
 */
public final class Lease<S extends Servable> implements AutoCloseable {

  private final ServedVersion<S> version;
  private final AtomicBoolean returned = new AtomicBoolean();

  /**
   * @param version held for this lease already
   */
  Lease(ServedVersion<S> version) {
    this.version = version;
  }

  /** The version; not to be used after the lease is closed. */
  public S model() {
    return version.model();
  }

  @Override
  public void close() {
    if (returned.compareAndSet(false, true)) {
      version.letGo();
    }
  }
}
