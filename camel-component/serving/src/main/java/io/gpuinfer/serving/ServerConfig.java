package io.gpuinfer.serving;

import java.time.Duration;
import java.util.Optional;

/**
 * What a {@link ModelServer} serves, and its bounds. Built with {@link #builder}.
 *
 * @param name the model's name, for messages, meters and threads
 * @param version the model's version
 * @param queueCapacity requests that may wait
 * @param queueWork FLOPs that may wait; 0 bounds them by the deadlines alone
 * @param maxBatchSize rows (extents of axis 0) that requests may share one run with; 1 runs each
 *     request by itself. More than 1 needs a model whose inputs and outputs all have the batch as
 *     axis 0 and whose rows do not influence each other.
 * @param maxBatchDelay how long a batch may wait for more to join it
 * @param padding lets requests of unequal shapes share a run
 * @param watchdog the least time after which a batch that does not end counts as hung; a batch that
 *     is expected to take long is given ten times what is expected
 * @param canaryInterval how long a device may have nothing to do before its canary is run, to see
 *     whether it still works; zero for never
 */
public record ServerConfig(
    String name,
    String version,
    int queueCapacity,
    double queueWork,
    int maxBatchSize,
    Duration maxBatchDelay,
    Optional<Padding> padding,
    Duration watchdog,
    Duration canaryInterval) {

  public ServerConfig {
    if (queueCapacity < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException(
          "Queue capacity and batch size must be at least 1, but are %d and %d"
              .formatted(queueCapacity, maxBatchSize));
    }
    if (queueWork < 0
        || maxBatchDelay.isNegative()
        || canaryInterval.isNegative()
        || watchdog.toNanos() < 1) {
      throw new IllegalArgumentException("Bounds of work and time must not be negative");
    }
  }

  public static Builder builder(String name, String version) {
    return new Builder(name, version);
  }

  /** A configuration that differs from the default in what is set. */
  public static final class Builder {
    private final String name;
    private final String version;
    private int queueCapacity = 256;
    private double queueWork;
    private int maxBatchSize = 1;
    private Duration maxBatchDelay = Duration.ofMillis(2);
    private Optional<Padding> padding = Optional.empty();
    private Duration watchdog = Duration.ofSeconds(30);
    private Duration canaryInterval = Duration.ofSeconds(30);

    private Builder(String name, String version) {
      this.name = name;
      this.version = version;
    }

    public Builder queueCapacity(int value) {
      queueCapacity = value;
      return this;
    }

    public Builder queueWork(double value) {
      queueWork = value;
      return this;
    }

    public Builder maxBatchSize(int value) {
      maxBatchSize = value;
      return this;
    }

    public Builder maxBatchDelay(Duration value) {
      maxBatchDelay = value;
      return this;
    }

    public Builder padding(Padding value) {
      padding = Optional.of(value);
      return this;
    }

    public Builder watchdog(Duration value) {
      watchdog = value;
      return this;
    }

    public Builder canaryInterval(Duration value) {
      canaryInterval = value;
      return this;
    }

    public ServerConfig build() {
      return new ServerConfig(
          name,
          version,
          queueCapacity,
          queueWork,
          maxBatchSize,
          maxBatchDelay,
          padding,
          watchdog,
          canaryInterval);
    }
  }
}
