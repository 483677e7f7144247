package io.gpuinfer.tasks.inspect;

import io.gpuinfer.engine.TensorInfo;
import java.util.List;
import java.util.Map;

/**
 * A model file of an entry.
 *
 * @param role what the file is for in its task
 * @param file its name
 * @param fileBytes how long it is, without files that hold its weights
 * @param irVersion version of the file format
 * @param producer what made it; empty where it does not say
 * @param opsets versions of operator sets by domain, empty for ONNX's own
 * @param operators what its nodes call
 * @param parameters elements of all tensors that it carries
 * @param weightBytes bytes of these
 * @param devices one for each device of this machine, those of OpenCL first
 * @param remarks what else is worth knowing: sentences without a full stop
 */
public record ModelFinding(
    String role,
    String file,
    long fileBytes,
    long irVersion,
    String producer,
    Map<String, Integer> opsets,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    List<OperatorFinding> operators,
    long parameters,
    long weightBytes,
    List<DeviceFinding> devices,
    List<String> remarks) {

  public ModelFinding {
    opsets = Map.copyOf(opsets);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    operators = List.copyOf(operators);
    devices = List.copyOf(devices);
    remarks = List.copyOf(remarks);
  }
}
