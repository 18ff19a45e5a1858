/** The devices of a computer, which come and go as a test says. */
export class FakeDevices extends EventTarget {
  #list: readonly Partial<MediaDeviceInfo>[] = [];

  enumerateDevices(): Promise<readonly Partial<MediaDeviceInfo>[]> {
    return Promise.resolve(this.#list);
  }

  become(list: readonly Partial<MediaDeviceInfo>[]): void {
    this.#list = list;
    this.dispatchEvent(new Event("devicechange"));
  }
}

export class FakePermission extends EventTarget {
  state: PermissionState = "prompt";

  becomes(state: PermissionState): void {
    this.state = state;
    this.dispatchEvent(new Event("change"));
  }
}

export function microphone(deviceId: string, label = deviceId): Partial<MediaDeviceInfo> {
  return { kind: "audioinput", deviceId, label };
}

export function speaker(deviceId: string, label = deviceId): Partial<MediaDeviceInfo> {
  return { kind: "audiooutput", deviceId, label };
}
