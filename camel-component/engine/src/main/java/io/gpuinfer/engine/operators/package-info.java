/**
 * The ONNX operators, by family. Each translates a node, whose input shapes are known, into
 * actions: the one place that knows the operator's attributes, opset differences and shape rule.
 */
package io.gpuinfer.engine.operators;
