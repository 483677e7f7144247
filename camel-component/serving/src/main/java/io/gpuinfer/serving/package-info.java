/**
 * Serves loaded models: picks a device, finds a model's files, bounds the queue, keeps deadlines
 * and tells overload from failure. Knows tensors, not what they mean.
 */
package io.gpuinfer.serving;
