/**
 * The engine's face over ONNX Runtime on the host: where routes degrade to, and the tests' oracle.
 */
package io.gpuinfer.onnxruntime;
