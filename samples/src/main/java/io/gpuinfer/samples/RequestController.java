package io.gpuinfer.samples;

import io.gpuinfer.samples.requests.Answer;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

/** Requests over HTTP: JSON with everything in it, or multipart with the file beside the JSON. */
@RestController
@RequestMapping("/requests")
class RequestController {

  private final GpuHandler handler;
  private final long maxJson;

  RequestController(GpuHandler handler, SampleProperties properties) {
    this.handler = handler;
    this.maxJson = properties.maxJson().toBytes();
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  Answer json(InputStream body) throws IOException {
    // No length is promised for a chunked body, so no more is read than is taken.
    return handler.processJson(bounded(body.readNBytes(Math.toIntExact(maxJson + 1))));
  }

  @PostMapping(consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  Answer multipart(@RequestPart("request") byte[] request, @RequestPart("file") MultipartFile file)
      throws IOException {
    return handler.processJson(bounded(request), file.getBytes());
  }

  private byte[] bounded(byte[] json) {
    if (json.length > maxJson) {
      throw new ResponseStatusException(
          HttpStatus.PAYLOAD_TOO_LARGE,
          "The JSON is longer than %d bytes; send the file as multipart".formatted(maxJson));
    }
    return json;
  }
}
