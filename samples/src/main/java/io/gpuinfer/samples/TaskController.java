package io.gpuinfer.samples;

import io.gpuinfer.component.GpuInferConstants;
import io.gpuinfer.serving.ServerState;
import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * One route for each task: the body of the request is what the task takes, a file or JSON, and the
 * answer is what it gives.
 */
@RestController
class TaskController {

  /** Routes that callers may name; others of the application they may not. */
  private static final String PREFIX = "task-";

  private final GpuHandler handler;
  private final CamelContext camel;
  private final int maxFile;

  TaskController(GpuHandler handler, CamelContext camel, SampleProperties properties) {
    this.handler = handler;
    this.camel = camel;
    this.maxFile = Math.toIntExact(properties.maxFile().toBytes());
  }

  /**
   * The answer of a task.
   *
   * @param result what the task gives
   * @param device what ran the model
   * @param modelVersion version of the model that answered
   * @param queueMillis time waited for the device
   * @param computeMillis time on the device
   * @param state how well the model is served
   */
  record TaskAnswer(
      Object result,
      String device,
      String modelVersion,
      Double queueMillis,
      Double computeMillis,
      ServerState state) {}

  /** A picture is answered as it is, with its media type; anything else as JSON. */
  @PostMapping("/tasks/{task}")
  ResponseEntity<Object> perform(@PathVariable("task") String task, InputStream body)
      throws IOException {
    String route = PREFIX + task;
    if (camel.getRoute(route) == null) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no task '" + task + "'");
    }
    byte[] bytes = body.readNBytes(maxFile + 1);
    if (bytes.length > maxFile) {
      throw new ResponseStatusException(
          HttpStatus.PAYLOAD_TOO_LARGE, "The body is longer than %d bytes".formatted(maxFile));
    }
    Message answer = handler.perform(route, bytes);
    if (answer.getBody() instanceof byte[] file) {
      String type = answer.getHeader(GpuInferConstants.MEDIA_TYPE, String.class);
      return ResponseEntity.ok().contentType(MediaType.parseMediaType(type)).body(file);
    }
    return ResponseEntity.ok(
        new TaskAnswer(
            answer.getBody(),
            answer.getHeader(GpuInferConstants.DEVICE, String.class),
            answer.getHeader(GpuInferConstants.MODEL_VERSION, String.class),
            answer.getHeader(GpuInferConstants.QUEUE_MILLIS, Double.class),
            answer.getHeader(GpuInferConstants.COMPUTE_MILLIS, Double.class),
            answer.getHeader(GpuInferConstants.STATE, ServerState.class)));
  }
}
