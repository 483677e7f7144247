package io.gpuinfer.tasks;

import io.gpuinfer.engine.DeviceInfo;

/**
 * What the runs of one call took together.
 *
 * @param device what ran the models; null when nothing ran
 * @param batchSize the most requests that shared one of the runs
 * @param queueNanos time waited
 * @param computeNanos time on the device
 */
public record Usage(DeviceInfo device, int batchSize, long queueNanos, long computeNanos) {}
