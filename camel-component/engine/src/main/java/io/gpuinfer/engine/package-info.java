/**
 * The engine's face: load a model, run it on tensors, ask what it did.
 *
 * <p>Everything above the engine sees only this package. {@link io.gpuinfer.engine.InferenceEngine}
 * has two implementations: OpenCL kernels through Aparapi, and ONNX Runtime on the host.
 */
package io.gpuinfer.engine;
