package io.gpuinfer.serving.device;

import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.engine.DeviceOfflineException;
import io.gpuinfer.engine.InferenceEngine;
import io.gpuinfer.engine.opencl.OpenClEngine;
import io.gpuinfer.onnxruntime.OnnxRuntimeEngine;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Picks the engine and the device for a wish such as {@code gpu}.
 *
 * <p>The wishes: {@code gpu} is an OpenCL GPU and nothing else; {@code opencl} is any OpenCL
 * device, GPUs first; {@code cpu} is ONNX Runtime on the host; {@code auto} is the first of these
 * three that exists, with a warning that says which one it became; a number is a position in the
 * list of OpenCL devices; anything else is part of a device's name, in any case.
 */
public final class DevicePolicy {

  private static final Logger LOG = LoggerFactory.getLogger(DevicePolicy.class);

  private final InferenceEngine opencl;
  private final InferenceEngine host;

  /**
   * @param opencl the engine that runs OpenCL devices
   * @param host the engine that runs on the host's cores
   */
  public DevicePolicy(InferenceEngine opencl, InferenceEngine host) {
    this.opencl = opencl;
    this.host = host;
  }

  /** The policy over the OpenCL devices of this machine and ONNX Runtime. */
  public static DevicePolicy installed() {
    return new DevicePolicy(new OpenClEngine(), new OnnxRuntimeEngine());
  }

  /** Every device that can be picked: OpenCL devices first, then the host. */
  public List<DeviceInfo> devices() {
    return Stream.concat(opencl.devices().stream(), host.devices().stream()).toList();
  }

  /**
   * Picks the device that a wish describes.
   *
   * @param wish {@code gpu}, {@code opencl}, {@code cpu}, {@code auto}, a number or part of a name
   * @throws DeviceOfflineException when no device fits; the message lists those that were found
   */
  public ChosenDevice choose(String wish) {
    String wanted = wish.strip().toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "gpu" -> gpu().orElseThrow(() -> none("an OpenCL GPU", wish));
      case "opencl" -> first(opencl, d -> true).orElseThrow(() -> none("an OpenCL device", wish));
      case "cpu" -> first(host, d -> true).orElseThrow(() -> none("the host engine", wish));
      case "auto" -> automatic();
      default -> byNumberOrName(wanted).orElseThrow(() -> none("that device", wish));
    };
  }

  /**
   * Picks the devices that several wishes describe, each of them once.
   *
   * @param wishes wishes between commas
   * @throws DeviceOfflineException when no device fits one of them
   */
  public List<ChosenDevice> chooseAll(String wishes) {
    return Arrays.stream(wishes.split(",")).map(this::choose).distinct().toList();
  }

  private ChosenDevice automatic() {
    Optional<ChosenDevice> gpu = gpu();
    if (gpu.isPresent()) {
      LOG.warn("device=auto picked the GPU {}", gpu.get().device());
      return gpu.get();
    }
    Optional<ChosenDevice> other = first(opencl, d -> true);
    if (other.isPresent()) {
      LOG.warn("device=auto found no OpenCL GPU and picked {}", other.get().device());
      return other.get();
    }
    ChosenDevice last = first(host, d -> true).orElseThrow(() -> none("any device", "auto"));
    LOG.warn("device=auto found no OpenCL device and picked the host: {}", last.device());
    return last;
  }

  private Optional<ChosenDevice> gpu() {
    return first(opencl, d -> d.kind() == DeviceKind.GPU);
  }

  private Optional<ChosenDevice> byNumberOrName(String wanted) {
    if (wanted.chars().allMatch(Character::isDigit)) {
      return first(opencl, d -> String.valueOf(d.index()).equals(wanted));
    }
    Predicate<DeviceInfo> named = d -> d.name().toLowerCase(Locale.ROOT).contains(wanted);
    return first(opencl, named).or(() -> first(host, named));
  }

  private static Optional<ChosenDevice> first(
      InferenceEngine engine, Predicate<DeviceInfo> wanted) {
    return engine.devices().stream()
        .filter(wanted)
        .findFirst()
        .map(d -> new ChosenDevice(engine, d));
  }

  private DeviceOfflineException none(String what, String wish) {
    List<DeviceInfo> found = devices();
    String list =
        found.isEmpty()
            ? "none at all"
            : found.stream().map(DeviceInfo::toString).collect(Collectors.joining("; "));
    return new DeviceOfflineException(
        "device=%s asks for %s, but the devices found are: %s".formatted(wish, what, list));
  }
}
