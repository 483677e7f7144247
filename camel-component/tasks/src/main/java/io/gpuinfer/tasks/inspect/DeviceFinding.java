package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.PlanDescription;

/**
 * Whether a model would run on a device.
 *
 * @param engine {@code opencl} or {@code onnxruntime}
 * @param reason why it would not run; empty where it would
 * @param cost of a typical request; null where it is not known, as of the host's engine
 * @param neededBytes of the device's memory, for weights and intermediates of that request; 0 where
 *     it is not known
 * @param availableBytes that all models on the device may have together
 * @param leastMillis the time of that request by the device's peaks, which no kernel beats; null
 *     where either is not known
 */
public record DeviceFinding(
    String engine,
    DeviceInfo device,
    boolean runs,
    String reason,
    PlanDescription cost,
    long neededBytes,
    long availableBytes,
    Double leastMillis) {}
