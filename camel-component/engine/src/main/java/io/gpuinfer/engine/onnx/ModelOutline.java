package io.gpuinfer.engine.onnx;

import io.gpuinfer.engine.ModelLoadException;
import io.gpuinfer.engine.ModelSource;
import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * What a model file says of itself, read without keeping its weights.
 *
 * @param name the file's name
 * @param fileBytes how long the file is
 * @param irVersion version of the file format
 * @param producer what made the file, with its version; empty where it does not say
 * @param opsets versions of operator sets by domain, empty for ONNX's own
 * @param inputs what a run must be given
 * @param outputs what a run answers; of no extents where the file does not tell their shape
 * @param operators those that its nodes call, and the nodes of its nodes' graphs, by name;
 *     constants are none
 * @param parameters elements of all tensors in the file
 * @param weightBytes bytes of these, as the file or one beside it has them
 */
public record ModelOutline(
    String name,
    long fileBytes,
    long irVersion,
    String producer,
    Map<String, Integer> opsets,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    List<OperatorUse> operators,
    long parameters,
    long weightBytes) {

  public ModelOutline {
    opsets = Map.copyOf(opsets);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = List.copyOf(operators);
  }

  /**
   * Reads a file to its end. Takes little memory, however large it is.
   *
   * @throws ModelLoadException when it cannot be read, is cut off, or is no model
   */
  public static ModelOutline read(ModelSource source) {
    return new OutlineReader(source).read();
  }
}
