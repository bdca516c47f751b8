#!/bin/sh
# 取引先 API を curl だけで呼び出す例です(jq は使いません)。
#
#   export MUSUBI_URL=http://127.0.0.1:8080 MUSUBI_TOKEN=...
#   sh client.sh template
#   sh client.sh list [名前の一部]
#   sh client.sh detail 連携ID
#   sh client.sh register 連携ID 名前 フリガナ 部署ID ユーザーID
#   sh client.sh rename 連携ID 新しい名前
#   sh client.sh delete 連携ID
#
# 応答の JSON を標準出力に書きます。終了ステータスは、成功なら 0、失敗なら 1 です。
set -eu

url="${MUSUBI_URL:-http://127.0.0.1:8080}"
slot=999000001
name_item=2205f2e3-839f-4ff3-80f2-1ce6f8a86ac7
department_item=81818574-827d-4084-8b12-97b5b9a8d593
person_item=88795555-0d22-46fd-bc6d-8a14c5d0dc7a

# JSON の文字列にします。改行のない値だけを扱います。
quoted() {
  printf '"%s"' "$(printf '%s' "$1" | sed 's/[\\"]/\\&/g')"
}

file=$(mktemp)
trap 'rm -f "$file"' EXIT

# call パス 本文。503 のときは Retry-After の秒数だけ待って、もう一度呼び出します(curl --retry)。
call() {
  printf '%s' "$2" | curl -sS --retry 5 --max-time 60 -o "$file" "$url/api/crm/$1" \
    -H "Authorization: Bearer $MUSUBI_TOKEN" -H 'Content-Type: application/json' --data-binary @-
  answer=$(cat "$file")
  printf '%s\n' "$answer"
  # HTTP ステータスではなく appStatus の code で判断します。
  case "$answer" in
    *'"appStatus":{"code":"S000"'*) ;;
    *) return 1 ;;
  esac
}

linkage() {
  printf '"systemLinkageID": %s, "linkageIDValue": %s' "$slot" "$(quoted "$1")"
}

if [ $# -eq 0 ]; then
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p;}' "$0"
  exit 2
fi
command="$1"
shift
case "$command" in
  template)
    call get-client-template '{}'
    ;;
  list)
    offset=0
    while :; do
      call get-client-list "{\"param\": {
        \"requiredConditions\": {\"pagination\": {\"offset\": $offset, \"limit\": 100}},
        \"optionalConditions\": {\"searchConditions\": {\"clientName\": $(quoted "${1:-}")}}}}"
      case "$answer" in
        *'"getMoreFlag":true'*) offset=$((offset + 100)) ;;
        *) break ;;
      esac
    done
    ;;
  detail)
    call get-client-detail "{\"param\": {$(linkage "$1")}}"
    ;;
  register)
    call client/register "{\"param\": {\"toData\": {\"clientRegisterInfo\": {
      \"clientItemList\": [
        {\"itemID\": \"$name_item\", \"itemType\": \"text_ruby\",
         \"itemTextData\": {\"value\": $(quoted "$2"), \"ruby\": $(quoted "$3")}},
        {\"itemID\": \"$department_item\", \"itemType\": \"division_single\", \"itemUuidData\": {\"values\": [\"$4\"]}},
        {\"itemID\": \"$person_item\", \"itemType\": \"user_single\", \"itemUuidData\": {\"values\": [\"$5\"]}}],
      \"systemLinkageInfoList\": [{$(linkage "$1")}]}}}}"
    ;;
  rename)
    call client/update "{\"param\": {\"toData\": {\"clientUpdateInfo\": {
      \"systemLinkageInfo\": {$(linkage "$1")},
      \"clientItemList\": [{\"itemID\": \"$name_item\", \"itemType\": \"text_ruby\",
        \"itemTextData\": {\"value\": $(quoted "$2")}}]}}}}"
    ;;
  delete)
    call client/delete "{\"param\": {\"toData\": {\"deleteClientInfo\": {
      \"deleteSystemLinkageList\": [{$(linkage "$1")}], \"forceDeleteFlag\": false}}}}"
    ;;
  *)
    sh "$0" >&2
    exit 2
    ;;
esac
