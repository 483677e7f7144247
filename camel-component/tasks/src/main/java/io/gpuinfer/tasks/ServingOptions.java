package io.gpuinfer.tasks;

import io.gpuinfer.engine.FaultDrill;
import io.gpuinfer.serving.ServerListener;
import java.time.Duration;

/**
 * How the models of a task are served. Built with {@link #builder}.
 *
 * @param device the wish that {@code DevicePolicy} understands; several between commas share the
 *     requests
 * @param instances how often each model is loaded on each device
 * @param queueCapacity requests that may wait
 * @param queueWork FLOPs that may wait; 0 bounds them by deadlines alone
 * @param maxBatchSize items that may share one run
 * @param maxBatchDelay how long a batch may wait for more to join it
 * @param watchdog the least time after which a run that does not end counts as hung
 * @param warmup whether to run the models once before the task is ready
 * @param drill makes the device fail on purpose while it is active
 * @param listener hears what happens in all servers of the task
 */
public record ServingOptions(
    String device,
    int instances,
    int queueCapacity,
    double queueWork,
    int maxBatchSize,
    Duration maxBatchDelay,
    Duration watchdog,
    boolean warmup,
    FaultDrill drill,
    ServerListener listener) {

  public ServingOptions {
    if (instances < 1 || queueCapacity < 1 || maxBatchSize < 1) {
      throw new IllegalArgumentException(
          "Instances, queue capacity and batch size must be at least 1");
    }
  }

  public static Builder builder(String device) {
    return new Builder(device);
  }

  /** Options that differ from the default in what is set. */
  public static final class Builder {
    private final String device;
    private int instances = 1;
    private int queueCapacity = 256;
    private double queueWork;
    private int maxBatchSize = 16;
    private Duration maxBatchDelay = Duration.ofMillis(2);
    private Duration watchdog = Duration.ofSeconds(30);
    private boolean warmup = true;
    private FaultDrill drill = new FaultDrill();
    private ServerListener listener = ServerListener.NONE;

    private Builder(String device) {
      this.device = device;
    }

    public Builder instances(int value) {
      instances = value;
      return this;
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

    public Builder watchdog(Duration value) {
      watchdog = value;
      return this;
    }

    public Builder warmup(boolean value) {
      warmup = value;
      return this;
    }

    public Builder drill(FaultDrill value) {
      drill = value;
      return this;
    }

    public Builder listener(ServerListener value) {
      listener = value;
      return this;
    }

    public ServingOptions build() {
      return new ServingOptions(
          device,
          instances,
          queueCapacity,
          queueWork,
          maxBatchSize,
          maxBatchDelay,
          watchdog,
          warmup,
          drill,
          listener);
    }
  }
}
