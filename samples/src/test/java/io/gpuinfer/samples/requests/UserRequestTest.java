package io.gpuinfer.samples.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpuinfer.engine.InvalidInputException;
import org.junit.jupiter.api.Test;

class UserRequestTest {

  @Test
  void takesAFileAsBytesOrAsBase64() {
    byte[] file = {1, 2, 3};

    assertThat(UserRequest.ofImage(1, file).file()).isEqualTo(file);
    assertThat(new UserRequest(1, "image", "AQID", null, null).file()).isEqualTo(file);
  }

  @Test
  void refusesAPayloadThatIsNoBase64() {
    assertThatThrownBy(() -> new UserRequest(1, "image", "not Base64!", null, null).file())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("not Base64");
  }

  @Test
  void refusesAMissingPayload() {
    assertThatThrownBy(() -> new UserRequest(1, "video", null, null, null).file())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("'video'")
        .hasMessageContaining("'payload'");
    assertThatThrownBy(() -> UserRequest.ofText(1, " \n").text())
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new UserRequest(1, "text", 42, null, null).text())
        .isInstanceOf(InvalidInputException.class);
  }
}
