package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.gpuinfer.engine.DeviceKind;
import io.gpuinfer.samples.media.DemoMedia;
import io.gpuinfer.serving.device.DevicePolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.HttpStatus;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.server.ResponseStatusException;

class DrillTest extends ApplicationTest {

  @Autowired DevicePolicy devices;
  @Autowired CamelContext camel;

  @AfterEach
  void letTheDeviceWork() {
    http.postForObject("/drill/stop", null, JsonNode.class);
    await().atMost(Duration.ofSeconds(60)).until(() -> !isDegraded(answerToText()));
  }

  @Test
  void degradesWhileTheDeviceFailsAndRecovers(@TempDir Path folder) throws Exception {
    Assumptions.assumeTrue(
        devices.devices().stream().anyMatch(d -> d.kind() != DeviceKind.HOST_CPU),
        "There is no OpenCL device that could fail");
    DemoMedia media = new DemoMedia(folder);
    media.write();
    byte[] picture = Files.readAllBytes(media.streetSign());
    byte[] clip = Files.readAllBytes(media.clip());
    JsonNode before = answerToText();
    JsonNode read = answer(post(request("image"), picture));
    assertThat(isDegraded(before)).isFalse();

    http.postForObject("/drill/start", null, JsonNode.class);
    // More often than the breaker needs to open: called, and spared, the device gives the same.
    for (int i = 0; i < 6; i++) {
      JsonNode degraded = answerToText();
      assertThat(isDegraded(degraded)).isTrue();
      assertThat(degraded.get("device").asText()).isNotEqualTo(before.get("device").asText());
      assertThat(degraded.at("/result/nearest")).isEqualTo(before.at("/result/nearest"));
    }
    JsonNode readElsewhere = answer(post(request("image"), picture));
    assertThat(isDegraded(readElsewhere)).isTrue();
    assertThat(readElsewhere.at("/result/lines/0/text")).isEqualTo(read.at("/result/lines/0/text"));
    assertThat(isDegraded(answer(post(request("video"), clip)))).isTrue();

    // A request that fits no model stays refused: the processor is not asked in vain.
    assertThat(post(request("image"), new byte[] {1, 2, 3}).getStatusCode())
        .isEqualTo(HttpStatus.BAD_REQUEST);

    http.postForObject("/drill/stop", null, JsonNode.class);
    await().atMost(Duration.ofSeconds(60)).until(() -> !isDegraded(answerToText()));
    assertThat(answerToText().get("device")).isEqualTo(before.get("device"));
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> !isDegraded(answer(post(request("video"), clip))));
  }

  @Test
  void letsOnlyCallersOnThisMachineDrill() {
    MockHttpServletRequest remote = new MockHttpServletRequest();
    remote.setRemoteAddr("192.0.2.7");

    assertThatThrownBy(() -> new DrillController(camel).start(remote))
        .isInstanceOfSatisfying(
            ResponseStatusException.class,
            refusal -> assertThat(refusal.getStatusCode()).isEqualTo(HttpStatus.FORBIDDEN));
  }

  private static boolean isDegraded(JsonNode answer) {
    return answer.get("degraded").asBoolean();
  }
}
