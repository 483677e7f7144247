/**
 * A model for one set of input shapes: every shape known, shape arithmetic done, ONNX operators
 * translated into the few actions that the device has kernels for.
 */
package io.gpuinfer.engine.program;
