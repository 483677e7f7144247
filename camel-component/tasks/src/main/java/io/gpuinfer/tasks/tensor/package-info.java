/** Raw tensors in, raw tensors out. */
package io.gpuinfer.tasks.tensor;
