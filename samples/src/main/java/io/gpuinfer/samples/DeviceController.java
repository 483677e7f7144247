package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferEndpoint;
import io.gpuinfer.engine.DeviceInfo;
import io.gpuinfer.serving.device.DevicePolicy;
import java.util.Comparator;
import java.util.List;
import org.apache.camel.CamelContext;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Which devices there are, and what runs on them. */
@RestController
class DeviceController {

  /**
   * An endpoint of a route.
   *
   * @param endpoint its URI
   * @param device the device that runs its model
   * @param state how well the model is served
   * @param drill whether the device fails on purpose
   */
  record Serving(String endpoint, String device, String state, boolean drill) {}

  /**
   * All of it.
   *
   * @param devices every device found, OpenCL devices first
   * @param serving the endpoints, by URI
   */
  record Devices(List<DeviceInfo> devices, List<Serving> serving) {}

  private final DevicePolicy policy;
  private final CamelContext camel;

  DeviceController(DevicePolicy policy, CamelContext camel) {
    this.policy = policy;
    this.camel = camel;
  }

  @GetMapping("/devices")
  Devices devices() {
    List<Serving> serving =
        camel.getEndpoints().stream()
            .filter(GpuInferEndpoint.class::isInstance)
            .map(GpuInferEndpoint.class::cast)
            .sorted(Comparator.comparing(GpuInferEndpoint::getEndpointUri))
            .map(
                e ->
                    new Serving(
                        e.getEndpointUri(), e.getServingDevice(), e.getServerState(), e.isDrill()))
            .toList();
    return new Devices(policy.devices(), serving);
  }
}
