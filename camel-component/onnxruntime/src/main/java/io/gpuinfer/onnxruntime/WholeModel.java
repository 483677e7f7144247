package io.gpuinfer.onnxruntime;

import ai.onnx.proto.OnnxMl.ModelProto;

/**
 * A model that names no other files.
 *
 * @param bytes all of it
 * @param operators nodes of its graph, those in the bodies of nodes left aside
 */
record WholeModel(byte[] bytes, int operators) {

  static WholeModel of(byte[] bytes, ModelProto model) {
    long operators =
        model.getGraph().getNodeList().stream()
            .filter(node -> !node.getOpType().equals("Constant")) // a tensor in a node's guise
            .count();
    return new WholeModel(bytes, (int) operators);
  }
}
