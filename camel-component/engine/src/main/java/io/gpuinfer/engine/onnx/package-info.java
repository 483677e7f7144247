/** From the bytes of an ONNX file to a {@link io.gpuinfer.engine.graph.Graph}. */
package io.gpuinfer.engine.onnx;
