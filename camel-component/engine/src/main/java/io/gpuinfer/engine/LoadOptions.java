package io.gpuinfer.engine;

import java.util.Map;
import java.util.Optional;

/**
 * How a model is loaded. Built with {@link #builder()}.
 *
 * @param device index of the device in {@link InferenceEngine#devices()}
 * @param deviceClass forces a class of kernels; empty: chosen by the device's type
 * @param warmupShapes input shapes to plan and run at load, by input name; dynamic extents without
 *     an entry become 1, or what the engine finds to work
 * @param fusion false runs every node of the graph by itself: the fusions' own oracle
 * @param memoryReuse false gives every value its own memory: the planner's own oracle
 * @param drill lets an operator make the device fail on purpose
 * @param threads threads of a host engine; 0: all cores
 */
public record LoadOptions(
    int device,
    Optional<DeviceClass> deviceClass,
    Map<String, long[]> warmupShapes,
    boolean fusion,
    boolean memoryReuse,
    FaultDrill drill,
    int threads) {

  public static final LoadOptions DEFAULT = builder().build();

  public static Builder builder() {
    return new Builder();
  }

  /** Options that differ from the default in what is set. */
  public static final class Builder {
    private int device;
    private Optional<DeviceClass> deviceClass = Optional.empty();
    private Map<String, long[]> warmupShapes = Map.of();
    private boolean fusion = true;
    private boolean memoryReuse = true;
    private FaultDrill drill = new FaultDrill();
    private int threads;

    private Builder() {}

    public Builder device(int value) {
      device = value;
      return this;
    }

    public Builder deviceClass(DeviceClass value) {
      deviceClass = Optional.of(value);
      return this;
    }

    public Builder warmupShapes(Map<String, long[]> value) {
      warmupShapes = Map.copyOf(value);
      return this;
    }

    public Builder fusion(boolean value) {
      fusion = value;
      return this;
    }

    public Builder memoryReuse(boolean value) {
      memoryReuse = value;
      return this;
    }

    public Builder drill(FaultDrill value) {
      drill = value;
      return this;
    }

    public Builder threads(int value) {
      threads = value;
      return this;
    }

    public LoadOptions build() {
      return new LoadOptions(
          device, deviceClass, warmupShapes, fusion, memoryReuse, drill, threads);
    }
  }
}
