/** Times this project's engine against ONNX Runtime, on the same inputs and in one process. */
package io.gpuinfer.benchmarks;
