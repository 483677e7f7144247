package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferEndpoint;
import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.CamelContext;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Makes the OpenCL device fail on purpose, so that a person sees the routes degrade and recover.
 *
 * <p>Off unless {@code samples.drill} is set, and even then for callers on this machine alone:
 * whoever may start it can take the device away from everybody.
 */
@RestController
@RequestMapping("/drill")
@ConditionalOnProperty("samples.drill")
class DrillController {

  private final CamelContext camel;

  DrillController(CamelContext camel) {
    this.camel = camel;
  }

  @PostMapping("/start")
  Map<String, Boolean> start(HttpServletRequest request) throws UnknownHostException {
    return set(request, true, GpuInferEndpoint::startDrill);
  }

  @PostMapping("/stop")
  Map<String, Boolean> stop(HttpServletRequest request) throws UnknownHostException {
    return set(request, false, GpuInferEndpoint::stopDrill);
  }

  private Map<String, Boolean> set(
      HttpServletRequest request, boolean active, Consumer<GpuInferEndpoint> action)
      throws UnknownHostException {
    // The remote address is a literal, so this asks no name server.
    if (!InetAddress.getByName(request.getRemoteAddr()).isLoopbackAddress()) {
      throw new ResponseStatusException(
          HttpStatus.FORBIDDEN, "Only callers on this machine may start or stop a drill");
    }
    camel.getEndpoints().stream()
        .filter(GpuInferEndpoint.class::isInstance)
        .map(GpuInferEndpoint.class::cast)
        .forEach(action);
    return Map.of("drill", active);
  }
}
