package io.gpuinfer.engine;

import java.util.List;

/**
 * What a session holds and what its last run did.
 *
 * @param model the source's name
 * @param engine {@code opencl} or {@code onnxruntime}
 * @param device the device the session runs on
 * @param inputs model inputs
 * @param outputs model outputs
 * @param weightBytes weights on the device, for all plans so far
 * @param arenaBytes memory for intermediates on the device, for the plan of the last run, or of the
 *     warm-up before any
 * @param flops floating-point operations of that run
 * @param bytes that the passes of that run read and write, as a plan counts them
 * @param passes device passes of that run
 * @param deviceShare share of the FLOPs of that run that were executed on the device, from the
 *     passes that ran: 1.0 when the model ran there wholly
 * @param compiles how often a device program was built for this session
 * @param reruns how often a run was repeated because the device had lost its memory
 * @param plans what the session is prepared for, the one used last at the end; not all that it ever
 *     was. Empty for an engine that makes no plans
 */
public record SessionDescription(
    String model,
    String engine,
    DeviceInfo device,
    List<TensorInfo> inputs,
    List<TensorInfo> outputs,
    long weightBytes,
    long arenaBytes,
    long flops,
    long bytes,
    int passes,
    double deviceShare,
    int compiles,
    int reruns,
    List<PlanDescription> plans) {

  public SessionDescription {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    plans = List.copyOf(plans);
  }
}
